"""Sentences of a production brief, Chinese first."""

from collections.abc import Mapping

Words = tuple[str, str]

ATTRIBUTES: Mapping[str, Words] = {
    "category": ("品类", "Category"),
    "colour": ("主色", "Main colour"),
    "material": ("面料", "Shell material"),
    "pattern": ("图案", "Pattern"),
    "length": ("长度", "Length"),
    "fit": ("版型", "Fit"),
    "sleeve": ("袖长", "Sleeve"),
    "collar": ("领型", "Collar"),
    "closure": ("门襟", "Closure"),
    "pockets": ("口袋", "Pockets"),
    "trim": ("辅料颜色", "Trim"),
}

BINDING: Words = (
    "效果图由人工智能生成，仅供参考；以平面款式图、尺寸表和物料表为准。如有矛盾，请先询问，再裁剪。",
    "The picture is AI generated and only illustrates; the flat, the size table and the bill of materials are binding. "
    "Where they disagree, ask before cutting.",
)

MUST_PASS: Words = (
    "必须验货：本单须经我方验货合格并登记后方可出货。",
    "Inspection required: these goods are shipped only after our inspection has passed and is recorded.",
)
MAY_INSPECT: Words = ("我方可按下列方案抽样验货。", "We may inspect a sample by the plan below.")

PACKING: tuple[Words, ...] = (
    (
        "每件单独装袋，袋外贴条码和尺码标；塑料袋须有透气孔和防窒息警示。",
        "One piece a bag with barcode and size sticker; bags with air holes and a suffocation warning.",
    ),
    (
        "每箱一个颜色，尺码按配比装箱；毛重不超过 20 公斤。",
        "One colour a carton, sizes packed by ratio; at most 20 kg gross.",
    ),
    (
        "箱外注明订单号、颜色、各尺码数量和箱号。",
        "Mark cartons with order code, colour, quantity by size and carton number.",
    ),
)

DEFECTS: tuple[Words, ...] = (
    (
        "致命（不允许）：断针、尖锐物、霉变、错误的成分标。",
        "Critical (none accepted): broken needles, sharp objects, mould, a wrong composition label.",
    ),
    (
        "主要：破洞、明显色差、尺寸超出公差、开线、拉链或纽扣失效。",
        "Major: holes, visible shade difference, measures out of tolerance, open seams, zips or buttons that fail.",
    ),
    ("次要：线头、轻微污渍、轻微不对称。", "Minor: loose threads, slight stains, slight asymmetry."),
)

MARKS: tuple[Words, ...] = (
    (
        "先做一件产前样（基码），照片或样衣经确认后再裁大货。",
        "Make one pre-production sample in the base size; cut the lot after it is approved.",
    ),
    (
        "数量为最终数量，短装和溢装都不接受。",
        "Quantities are final: neither short nor surplus pieces are accepted.",
    ),
)
