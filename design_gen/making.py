"""Construction notes: how a spec is to be made, in both languages; stitch classes are those of ISO 4915."""

from collections.abc import Mapping

from design_gen.pack_words import Words
from models.attributes import Category, Closure, Collar, Family, Material, PatternKind, Pockets, Turn
from models.garment import GarmentSpec

_KNITTED = frozenset({Material.KNIT, Material.FLEECE})
_JERSEY = frozenset({Category.T_SHIRT, Category.SWEATSHIRT, Category.HOODIE, Category.TANK_TOP, Category.POLO_SHIRT})
_MATCHED = frozenset({PatternKind.STRIPES, PatternKind.CHECK, PatternKind.TARTAN, PatternKind.PINSTRIPES})


def construction_notes(spec: GarmentSpec) -> tuple[Words, ...]:
    """What a factory has to know beyond measures and materials: seams, matching, closure, collar, pockets, print."""
    return (_seams(spec), *_pattern(spec), *_closure(spec), *_collar(spec), *_pockets(spec))


def _seams(spec: GarmentSpec) -> Words:
    if spec.category is Category.MUG:
        return (
            "高温烧制，釉面均匀，可入洗碗机；口沿打磨光滑。",
            "High-fired, evenly glazed, dishwasher safe; rim ground smooth.",
        )
    if spec.family is Family.SHOES:
        return (
            "帮面车缝针距4针/厘米，帮底结合牢固度符合GB/T 3903.3。",
            "Upper stitched at 4 per cm; sole bond to GB/T 3903.3.",
        )
    if spec.material is Material.LEATHER:
        return (
            "皮革专用针，平缝301，针距3针/厘米，边油或折边。",
            "Leather point needle, lockstitch 301, 3 per cm; edges painted or turned.",
        )
    if spec.material in _KNITTED or spec.category in _JERSEY:
        return (
            "四线包缝514合缝，下摆与袖口双针绷缝406，针距4针/厘米。",
            "Four-thread overlock 514; hems coverstitched 406 at 4 per cm.",
        )
    if spec.material is Material.DENIM:
        return (
            "埋夹双针链缝401，明线配撞色线，针距3针/厘米，套结加固。",
            "Felled seams, chainstitch 401, contrast top-stitching at 3 per cm, bartacks at stress points.",
        )
    if spec.material is Material.DOWN:
        return (
            "绗线防钻绒处理，充绒均匀，针距5针/厘米。",
            "Down-proof quilting at 5 stitches per cm, even filling in every chamber.",
        )
    return (
        "平缝301，针距4针/厘米，缝份1厘米，包缝或包边。",
        "Lockstitch 301 at 4 per cm, 1 cm allowances, edges overlocked or bound.",
    )


_TURNS: Mapping[Turn, Words] = {
    Turn.ACROSS: ("花型横向。", "Pattern runs across the piece."),
    Turn.ALONG: ("花型纵向。", "Pattern runs along the piece."),
    Turn.BIAS: ("花型斜裁45度。", "Pattern on the bias, 45 degrees."),
}


def _pattern(spec: GarmentSpec) -> list[Words]:
    second, repeat = spec.pattern.second, spec.pattern.repeat_mm
    if second is None:
        return []
    if spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        return [
            (
                f"拼色按图：第二色 {second.hex}，拼缝平直。",
                f"Blocks as drawn: second colour {second.hex}; joins straight.",
            )
        ]
    if spec.pattern.kind is PatternKind.CHEST_PRINT:
        return [
            (
                f"按图位置丝网印花，颜色 {second.hex}，水洗5次不开裂。",
                f"Screen print placed as drawn, colour {second.hex}; no cracking after five washes.",
            )
        ]
    notes = [
        (f"花型循环 {repeat} 毫米，第二色 {second.hex}。", f"Pattern repeat {repeat} mm, second colour {second.hex}.")
    ]
    if spec.pattern.cover_pct is not None:
        mm = round(repeat * spec.pattern.cover_pct / 100, 1)
        notes.append((f"第二色条宽/点径 {mm:g} 毫米。", f"Stripe or dot of the second colour {mm:g} mm across."))
    if spec.pattern.turn is not None:
        notes.append(_TURNS[spec.pattern.turn])
    if spec.pattern.kind in _MATCHED:
        notes.append(("前中、侧缝、袋位对条对格。", "Match the pattern at centre front, side seams and pockets."))
    return notes


def _closure(spec: GarmentSpec) -> list[Words]:
    match spec.closure:
        case Closure.DOUBLE_BREASTED:
            return [
                (
                    "双排扣左搭右，内扣一粒；扣位按平面图，左右对称。",
                    "Double-breasted, left over right with one inner button; rows symmetrical as drawn.",
                )
            ]
        case Closure.BUTTONS:
            return [
                ("门襟加衬，平头锁眼，扣位按平面图等距。", "Interlined placket, straight buttonholes spaced as drawn.")
            ]
        case Closure.ZIP:
            return [("拉链平服不起拱，拉头顺滑，止口缉线。", "Zip set flat, slider runs freely, edges top-stitched.")]
        case Closure.FROG:
            return [("手工盘扣，扣位按平面图。", "Hand-made frogs placed as drawn.")]
        case Closure.TIE:
            return [("系带两端光边，穿襻或加固。", "Ties with finished ends, held by loops or reinforced.")]
        case Closure.LACES | Closure.BUCKLE | Closure.NONE:
            return []


def _collar(spec: GarmentSpec) -> list[Words]:
    match spec.collar:
        case Collar.LAPEL:
            return [("驳头粘衬并手针或机扎驳头，领角左右对称。", "Lapels fused and padded; points symmetrical.")]
        case Collar.HOOD:
            return [("连帽双层，帽口穿绳加气眼。", "Two-layer hood, drawcord through eyelets.")]
        case Collar.SHIRT | Collar.STAND:
            return [("领面加树脂衬，领尖左右一致。", "Collar fused; both points alike.")]
        case _:
            return []


def _pockets(spec: GarmentSpec) -> list[Words]:
    if spec.pockets is Pockets.NONE:
        return []
    return [("袋口打套结加固，左右袋位水平差不超过3毫米。", "Bartacks at pocket mouths; pockets level within 3 mm.")]
