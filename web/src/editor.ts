import Yasgui from "@zazuko/yasgui"; import "@zazuko/yasgui/build/yasgui.min.css"; console.log(Yasgui)
