"""The words of a technical pack in both languages: points of measure and materials."""

from collections.abc import Mapping
from enum import StrEnum

from design_gen.measures import Point

Words = tuple[str, str]
"""Chinese, English."""


class Item(StrEnum):
    """A line of the bill of materials."""

    SHELL = "shell"
    SECOND_FABRIC = "second_fabric"
    RIB = "rib"
    LINING = "lining"
    FILLING = "filling"
    INTERLINING = "interlining"
    BUTTON = "button"
    ZIP = "zip"
    FROG = "frog"
    BUCKLE = "buckle"
    EYELET = "eyelet"
    RIVET = "rivet"
    LACE = "lace"
    DRAWCORD = "drawcord"
    ELASTIC = "elastic"
    THREAD = "thread"
    OUTSOLE = "outsole"
    INSOLE = "insole"
    INSERT = "insert"
    BODY = "body"
    GLAZE = "glaze"
    PRINT = "print"
    MAIN_LABEL = "main_label"
    CARE_LABEL = "care_label"
    PACKAGING = "packaging"


POINT_WORDS: Mapping[Point, Words] = {
    Point.BODY_LENGTH: ("衣长/裙长", "Length"),
    Point.CHEST: ("胸宽（平量）", "Chest, flat"),
    Point.WAIST: ("腰宽（平量）", "Waist, flat"),
    Point.HEM: ("下摆宽（平量）", "Hem, flat"),
    Point.SHOULDER: ("肩宽", "Shoulder to shoulder"),
    Point.ARMHOLE: ("袖窿直量", "Armhole, straight"),
    Point.SLEEVE_LENGTH: ("袖长", "Sleeve length"),
    Point.CUFF: ("袖口宽（平量）", "Sleeve opening, flat"),
    Point.NECK_WIDTH: ("横开领", "Neck width"),
    Point.NECK_DROP: ("前领深", "Front neck drop"),
    Point.HIP: ("臀宽（平量）", "Hip, flat"),
    Point.FRONT_RISE: ("前浪", "Front rise"),
    Point.INSEAM: ("内长", "Inseam"),
    Point.LEG_OPENING: ("脚口宽（平量）", "Leg opening, flat"),
    Point.CIRCUMFERENCE: ("帽围", "Circumference"),
    Point.CROWN_HEIGHT: ("帽高", "Crown height"),
    Point.BRIM: ("帽檐/翻边宽", "Peak or cuff depth"),
    Point.WIDTH: ("宽", "Width"),
    Point.HEIGHT: ("高", "Height"),
    Point.DEPTH: ("厚", "Depth"),
    Point.STRAP_DROP: ("提手/背带高", "Strap drop"),
    Point.FOOT_LENGTH: ("鞋底长", "Sole length"),
    Point.SHAFT_HEIGHT: ("筒高", "Shaft height"),
    Point.HEEL: ("跟高", "Heel height"),
}

ITEM_WORDS: Mapping[Item, Words] = {
    Item.SHELL: ("面料", "Shell fabric"),
    Item.SECOND_FABRIC: ("拼色面料", "Second-colour fabric"),
    Item.RIB: ("罗纹", "Rib"),
    Item.LINING: ("里料", "Lining"),
    Item.FILLING: ("填充物", "Filling"),
    Item.INTERLINING: ("衬布", "Interlining"),
    Item.BUTTON: ("纽扣（含备扣1粒）", "Buttons, one spare included"),
    Item.ZIP: ("拉链", "Zip"),
    Item.FROG: ("盘扣", "Frog fastenings"),
    Item.BUCKLE: ("扣具", "Buckles"),
    Item.EYELET: ("鸡眼", "Eyelets"),
    Item.RIVET: ("撞钉", "Rivets"),
    Item.LACE: ("鞋带", "Laces"),
    Item.DRAWCORD: ("抽绳", "Drawcord"),
    Item.ELASTIC: ("松紧带", "Elastic"),
    Item.THREAD: ("缝纫线", "Sewing thread"),
    Item.OUTSOLE: ("大底", "Outsole"),
    Item.INSOLE: ("鞋垫", "Insole"),
    Item.INSERT: ("枕芯", "Cushion insert"),
    Item.BODY: ("瓷坯", "Ceramic body"),
    Item.GLAZE: ("釉料", "Glaze"),
    Item.PRINT: ("印花", "Print"),
    Item.MAIN_LABEL: ("主唛/尺码唛", "Main and size label"),
    Item.CARE_LABEL: ("洗水唛", "Care label"),
    Item.PACKAGING: ("包装", "Packaging"),
}
