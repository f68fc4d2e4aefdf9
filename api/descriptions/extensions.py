"""What queries may use beyond SPARQL 1.1: what Oxigraph offers, each tried by a test."""

from typing import Final

from cepgraph.terms import DATE_ARITHMETIC, GEOF, LATERAL, TRIPLE_TERMS, XSD

CASTS: Final = tuple(
    XSD + name
    for name in (
        "date",
        "dayTimeDuration",
        "duration",
        "gDay",
        "gMonth",
        "gMonthDay",
        "gYear",
        "gYearMonth",
        "time",
        "yearMonthDuration",
    )
)
"""Constructors of values that SPARQL 1.1 has no cast to."""

GEOMETRY: Final = tuple(
    GEOF + name
    for name in (
        *("area", "asGeoJSON", "centroid", "convexHull", "coordinateDimension", "difference"),
        *("dimension", "distance", "envelope", "getSRID", "intersection", "isEmpty", "isSimple"),
        *("length", "perimeter", "relate", "spatialDimension", "symDifference", "union"),
        *("ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint", "ehEquals", "ehInside"),
        *("ehMeet", "ehOverlap", "rcc8dc", "rcc8ec", "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po"),
        *("rcc8tpp", "rcc8tppi", "sfContains", "sfCrosses", "sfDisjoint", "sfEquals"),
        *("sfIntersects", "sfOverlaps", "sfTouches", "sfWithin"),
    )
)
"""Functions of GeoSPARQL."""

FUNCTIONS: Final = CASTS + GEOMETRY
LANGUAGE: Final = {
    LATERAL: "LATERAL: a group that sees each solution so far",
    DATE_ARITHMETIC: "ADJUST, and arithmetic with dates, times and durations",
    TRIPLE_TERMS: "Triple terms and base directions, as drafted for SPARQL 1.2",
}
