/*
 * The tables that towns and counties have. Sources: the README of
 * OpenAddresses; NENA-STA-006 (NG911 GIS Data Model), whose names shapefiles
 * cut at ten letters; the record layouts of TIGER/Line's EDGES and ADDRFEAT.
 */
#include "geo/mapping_internal.h"

#define NG911_STREET                                                           \
    ("st_predir+st_premod+st_pretyp+st_presep+st_name+st_postyp+st_posdir+"    \
     "st_posmod")
#define NG911_OLD_STREET                                                       \
    ("lst_predir+lst_name+lst_type+lst_posdir|"                                \
     "lst_predir+lst_name+lst_typ+lstposdir")

const struct preset mapping_presets[] = {
    {
        .name = "openaddresses",
        .known_by = "number+street+hash",
        .of = {
            [MEANING_NUMBER] = "number",
            [MEANING_STREET] = "street",
            [MEANING_LAT] = "lat",
            [MEANING_LON] = "lon",
        },
    },
    {
        .name = "ng911-address",
        .known_by = "add_number+st_name",
        .of = {
            [MEANING_NUMBER] = "add_number",
            [MEANING_NUMBER_PREFIX] = "addnum_pre",
            [MEANING_NUMBER_SUFFIX] = "addnum_suf",
            [MEANING_STREET] = NG911_STREET,
            [MEANING_ALIAS] = NG911_OLD_STREET,
            [MEANING_NAME] = "landmkname",
            [MEANING_KIND] = "place_type",
            [MEANING_LAT] = "lat|latitude",
            [MEANING_LON] = "long|longitude",
        },
    },
    {
        .name = "ng911-street",
        .known_by = "fromaddr_l+st_name|fromaddr_r+st_name",
        .of = {
            [MEANING_STREET] = NG911_STREET,
            [MEANING_ALIAS] = NG911_OLD_STREET,
            [MEANING_LEFT_FROM] = "fromaddr_l",
            [MEANING_LEFT_TO] = "toaddr_l",
            [MEANING_RIGHT_FROM] = "fromaddr_r",
            [MEANING_RIGHT_TO] = "toaddr_r",
        },
    },
    {
        .name = "tiger-edges",
        .known_by = "fullname+lfromadd",
        .of = {
            [MEANING_NAME] = "fullname",
            [MEANING_ROAD_CLASS] = "mtfcc",
            [MEANING_LEFT_FROM] = "lfromadd",
            [MEANING_LEFT_TO] = "ltoadd",
            [MEANING_RIGHT_FROM] = "rfromadd",
            [MEANING_RIGHT_TO] = "rtoadd",
        },
    },
    {
        .name = "tiger-addrfeat",
        .known_by = "fullname+lfromhn",
        .of = {
            [MEANING_NAME] = "fullname",
            [MEANING_ROAD_CLASS] = "road_mtfcc",
            [MEANING_LEFT_FROM] = "lfromhn",
            [MEANING_LEFT_TO] = "ltohn",
            [MEANING_RIGHT_FROM] = "rfromhn",
            [MEANING_RIGHT_TO] = "rtohn",
        },
    },
    {
        .name = "osm-geojson",
        .known_by = "@id|osm_id|addr:housenumber|addr:street|amenity|highway",
        .of = {
            [MEANING_NUMBER] = "addr:housenumber",
            [MEANING_STREET] = "addr:street",
            [MEANING_NAME] = "name",
            [MEANING_KIND] = "amenity|leisure|shop|boundary|place|railway",
            [MEANING_PLACE_KIND] = "amenity|leisure|shop|place|railway",
            [MEANING_ROAD_KIND] = "highway",
            [MEANING_DRAWN] =
                "waterway|natural|leisure|landuse|amenity|railway",
            [MEANING_REF] = "ref",
            [MEANING_ALIAS] = "alt_name|old_name|short_name",
        },
    },
    {
        .name = "plain",
        .of = {
            [MEANING_NUMBER] =
                "addr:housenumber|number|housenumber|house_number|add_number",
            [MEANING_STREET] = "addr:street|street",
            [MEANING_ADDRESS] = "address|full_address|fulladdr",
            [MEANING_NAME] = "name|fullname",
            [MEANING_KIND] =
                "kind|type|amenity|leisure|shop|boundary|place|railway",
            [MEANING_PLACE_KIND] = "amenity|leisure|shop|place|railway",
            [MEANING_ROAD_KIND] = "highway|fclass|road_class",
            [MEANING_DRAWN] = ("waterway|natural|leisure|landuse|amenity|"
                               "railway|water|kind|type|fclass|mtfcc"),
            [MEANING_REF] = "ref",
            [MEANING_LAT] = "lat|latitude|y",
            [MEANING_LON] = "lon|lng|long|longitude|x",
            [MEANING_WKT] = "wkt|the_geom|geom|geometry",
            [MEANING_LEFT_FROM] = "lfromadd|lfromhn|fromaddr_l",
            [MEANING_LEFT_TO] = "ltoadd|ltohn|toaddr_l",
            [MEANING_RIGHT_FROM] = "rfromadd|rfromhn|fromaddr_r",
            [MEANING_RIGHT_TO] = "rtoadd|rtohn|toaddr_r",
        },
    },
};

const size_t mapping_preset_count = COUNT_OF(mapping_presets);
