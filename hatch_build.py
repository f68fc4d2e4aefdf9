"""Part of the build of the wheel: what browsers load is made, and put where the code looks."""

from pathlib import Path
from runpy import run_path
from subprocess import CalledProcessError
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "cepgraph/_content/web/dist"


class PagesHook(BuildHookInterface[Any]):
    """Runs ``web/build.py``. Where that cannot be had, the wheel is built without, and says so."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Part of hatchling's interface; ``version`` is ``editable`` where the checkout is used."""
        if version == "editable":
            return
        web = run_path(str(Path(self.root) / "web" / "build.py"))
        try:
            folder = web["build"]()
        except web["NotBuilt"] as error:
            self.app.display_warning(f"The pages are left out of this wheel, because {error}")
            return
        except CalledProcessError as error:
            self.app.abort(f"{error}\n{error.output}")
        build_data["force_include"][str(folder)] = PLACE
