"""What each category permits: a scarf has no sleeve, a parka has a hood and a zip."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.attributes import Category, Closure, Collar, Family, Length, Material, Pockets, Sleeve


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """What a category permits; a single entry means there is no choice."""

    family: Family
    lengths: tuple[Length, ...] = (Length.NONE,)
    sleeves: tuple[Sleeve, ...] = (Sleeve.NONE,)
    collars: tuple[Collar, ...] = (Collar.NONE,)
    closures: tuple[Closure, ...] = (Closure.NONE,)
    pockets: tuple[Pockets, ...] = (Pockets.NONE,)
    materials: tuple[Material, ...] = (Material.COTTON,)
    sizes: tuple[str, ...] = ("S", "M", "L", "XL")


def _rules() -> dict[Category, CategoryRule]:
    c, f, ln, sl, co, cl, po, m = Category, Family, Length, Sleeve, Collar, Closure, Pockets, Material
    one_size = ("one size",)
    shoe_sizes = ("36", "37", "38", "39", "40", "41", "42", "43")
    woven = (m.COTTON, m.LINEN, m.DENIM, m.CORDUROY, m.SATIN)
    coating = (m.WOOL, m.COTTON, m.LEATHER, m.CORDUROY)
    shell = (m.NYLON, m.COTTON, m.CANVAS)
    jersey, tops = (m.COTTON, m.KNIT, m.LINEN), (ln.CROPPED, ln.HIP)
    any_sleeve, long_short = (sl.NONE, sl.SHORT, sl.LONG), (sl.SHORT, sl.LONG)
    t, o = f.TOP, f.OUTERWEAR
    return {
        c.T_SHIRT: CategoryRule(t, tops, long_short, (co.CREW, co.V_NECK), (cl.NONE,), (po.NONE, po.PATCH), jersey),
        c.SHIRT: CategoryRule(
            t, (ln.HIP, ln.THIGH), long_short, (co.SHIRT, co.STAND), (cl.BUTTONS, cl.FROG), (po.NONE, po.PATCH), woven
        ),
        c.POLO_SHIRT: CategoryRule(t, tops, long_short, (co.SHIRT,), (cl.BUTTONS,), (po.NONE, po.PATCH), jersey),
        c.BLOUSE: CategoryRule(
            t,
            tops,
            any_sleeve,
            (co.V_NECK, co.STAND, co.SHIRT),
            (cl.NONE, cl.BUTTONS, cl.TIE, cl.FROG),
            materials=(m.SATIN, m.COTTON, m.LINEN),
        ),
        c.SWEATER: CategoryRule(
            t,
            (ln.CROPPED, ln.HIP, ln.THIGH),
            (sl.LONG,),
            (co.CREW, co.V_NECK, co.TURTLENECK),
            materials=(m.KNIT, m.WOOL),
        ),
        c.CARDIGAN: CategoryRule(
            t,
            (ln.CROPPED, ln.HIP, ln.THIGH),
            (sl.LONG,),
            (co.V_NECK, co.CREW),
            (cl.BUTTONS, cl.ZIP),
            (po.NONE, po.PATCH),
            (m.KNIT, m.WOOL),
        ),
        c.HOODIE: CategoryRule(
            t, tops, (sl.LONG,), (co.HOOD,), (cl.NONE, cl.ZIP), (po.KANGAROO, po.NONE), (m.COTTON, m.FLEECE, m.KNIT)
        ),
        c.SWEATSHIRT: CategoryRule(t, tops, (sl.LONG,), (co.CREW,), materials=(m.COTTON, m.FLEECE, m.KNIT)),
        c.TANK_TOP: CategoryRule(t, tops, (sl.NONE,), (co.CREW, co.V_NECK), materials=(m.COTTON, m.KNIT, m.SATIN)),
        c.WAISTCOAT: CategoryRule(
            t,
            (ln.HIP,),
            (sl.NONE,),
            (co.V_NECK, co.STAND),
            (cl.BUTTONS, cl.ZIP),
            (po.WELT, po.NONE, po.FLAP),
            (m.WOOL, m.COTTON, m.DENIM, m.LEATHER, m.DOWN),
        ),
        c.COAT: CategoryRule(
            o,
            (ln.THIGH, ln.KNEE, ln.MIDI),
            (sl.LONG,),
            (co.LAPEL, co.STAND, co.HOOD),
            (cl.BUTTONS, cl.DOUBLE_BREASTED, cl.TIE),
            (po.WELT, po.FLAP, po.PATCH),
            coating,
        ),
        c.GREATCOAT: CategoryRule(
            o,
            (ln.KNEE, ln.MIDI),
            (sl.LONG,),
            (co.LAPEL,),
            (cl.DOUBLE_BREASTED, cl.BUTTONS),
            (po.FLAP, po.WELT),
            (m.WOOL, m.COTTON),
        ),
        c.TRENCH_COAT: CategoryRule(
            o,
            (ln.KNEE, ln.MIDI),
            (sl.LONG,),
            (co.LAPEL,),
            (cl.DOUBLE_BREASTED, cl.TIE),
            (po.WELT, po.FLAP),
            (m.COTTON, m.LEATHER, m.NYLON),
        ),
        c.PARKA: CategoryRule(
            o, (ln.THIGH, ln.KNEE), (sl.LONG,), (co.HOOD,), (cl.ZIP,), (po.CARGO, po.FLAP), (*shell, m.DOWN)
        ),
        c.DOWN_JACKET: CategoryRule(
            o, (ln.CROPPED, ln.HIP, ln.KNEE), (sl.LONG,), (co.STAND, co.HOOD), (cl.ZIP,), (po.WELT,), (m.DOWN,)
        ),
        c.BOMBER_JACKET: CategoryRule(
            o,
            (ln.CROPPED, ln.HIP),
            (sl.LONG,),
            (co.STAND,),
            (cl.ZIP,),
            (po.WELT, po.NONE),
            (m.NYLON, m.LEATHER, m.SATIN),
        ),
        c.DENIM_JACKET: CategoryRule(
            o, (ln.CROPPED, ln.HIP), (sl.LONG,), (co.SHIRT,), (cl.BUTTONS,), (po.FLAP, po.PATCH), (m.DENIM,)
        ),
        c.BLAZER: CategoryRule(
            o,
            (ln.HIP, ln.THIGH),
            (sl.LONG,),
            (co.LAPEL,),
            (cl.BUTTONS, cl.DOUBLE_BREASTED),
            (po.FLAP, po.WELT),
            (m.WOOL, m.LINEN, m.COTTON, m.CORDUROY),
        ),
        c.JACKET: CategoryRule(
            o,
            (ln.CROPPED, ln.HIP),
            (sl.LONG,),
            (co.STAND, co.SHIRT, co.HOOD),
            (cl.ZIP, cl.BUTTONS, cl.FROG),
            (po.PATCH, po.WELT, po.CARGO),
            (*shell, m.LEATHER, m.CORDUROY, m.FLEECE),
        ),
        c.DRESS: CategoryRule(
            f.DRESS,
            (ln.THIGH, ln.KNEE, ln.MIDI, ln.ANKLE),
            any_sleeve,
            (co.CREW, co.V_NECK, co.SHIRT),
            (cl.NONE, cl.BUTTONS, cl.TIE),
            materials=(m.COTTON, m.SATIN, m.LINEN, m.KNIT, m.DENIM),
        ),
        c.QIPAO: CategoryRule(
            f.DRESS,
            (ln.KNEE, ln.MIDI, ln.ANKLE),
            any_sleeve,
            (co.STAND,),
            (cl.FROG,),
            materials=(m.SATIN, m.COTTON, m.LINEN),
        ),
        c.SKIRT: CategoryRule(
            f.BOTTOM,
            (ln.THIGH, ln.KNEE, ln.MIDI, ln.ANKLE),
            closures=(cl.ZIP, cl.BUTTONS),
            pockets=(po.NONE, po.PATCH),
            materials=(*woven, m.WOOL, m.LEATHER),
        ),
        c.HORSE_FACE_SKIRT: CategoryRule(
            f.BOTTOM, (ln.MIDI, ln.ANKLE), closures=(cl.TIE,), materials=(m.SATIN, m.COTTON, m.WOOL)
        ),
        c.TROUSERS: CategoryRule(
            f.BOTTOM,
            (ln.ANKLE,),
            closures=(cl.ZIP, cl.BUTTONS, cl.TIE),
            pockets=(po.WELT, po.CARGO, po.PATCH),
            materials=(*woven, m.WOOL, m.NYLON, m.FLEECE),
        ),
        c.JEANS: CategoryRule(
            f.BOTTOM, (ln.ANKLE,), closures=(cl.ZIP, cl.BUTTONS), pockets=(po.PATCH, po.CARGO), materials=(m.DENIM,)
        ),
        c.SHORTS: CategoryRule(
            f.BOTTOM,
            (ln.THIGH, ln.KNEE),
            closures=(cl.ZIP, cl.TIE),
            pockets=(po.PATCH, po.CARGO, po.WELT),
            materials=(m.COTTON, m.DENIM, m.LINEN, m.NYLON),
        ),
        c.CAP: CategoryRule(f.HAT, materials=(m.COTTON, m.CORDUROY, m.WOOL, m.DENIM, m.CANVAS), sizes=one_size),
        c.BEANIE: CategoryRule(f.HAT, materials=(m.KNIT, m.WOOL), sizes=one_size),
        c.TOTE_BAG: CategoryRule(
            f.BAG,
            closures=(cl.NONE, cl.ZIP),
            pockets=(po.NONE, po.PATCH),
            materials=(m.CANVAS, m.LEATHER, m.COTTON, m.DENIM),
            sizes=one_size,
        ),
        c.BACKPACK: CategoryRule(
            f.BAG,
            closures=(cl.ZIP, cl.BUCKLE),
            pockets=(po.PATCH, po.FLAP),
            materials=(m.NYLON, m.CANVAS, m.LEATHER),
            sizes=one_size,
        ),
        c.HANDBAG: CategoryRule(
            f.BAG, closures=(cl.BUCKLE, cl.ZIP), materials=(m.LEATHER, m.CANVAS, m.SATIN), sizes=one_size
        ),
        c.BOOTS: CategoryRule(f.SHOES, closures=(cl.LACES, cl.ZIP), materials=(m.LEATHER, m.CANVAS), sizes=shoe_sizes),
        c.SNEAKERS: CategoryRule(
            f.SHOES, closures=(cl.LACES,), materials=(m.CANVAS, m.LEATHER, m.KNIT), sizes=shoe_sizes
        ),
        c.SCARF: CategoryRule(f.ACCESSORY, materials=(m.WOOL, m.KNIT, m.SATIN, m.COTTON), sizes=one_size),
        c.CUSHION: CategoryRule(
            f.HOME, closures=(cl.ZIP,), materials=(m.COTTON, m.LINEN, m.CORDUROY, m.WOOL), sizes=("45 cm",)
        ),
        c.MUG: CategoryRule(f.HOME, materials=(m.CERAMIC,), sizes=("350 ml",)),
    }


CATEGORY_RULES: Mapping[Category, CategoryRule] = _rules()
