"""The closed vocabulary of a garment: every choice a spec can make."""

from enum import StrEnum


class Category(StrEnum):
    """What kind of thing it is."""

    T_SHIRT = "t_shirt"
    SHIRT = "shirt"
    POLO_SHIRT = "polo_shirt"
    BLOUSE = "blouse"
    SWEATER = "sweater"
    CARDIGAN = "cardigan"
    HOODIE = "hoodie"
    SWEATSHIRT = "sweatshirt"
    TANK_TOP = "tank_top"
    WAISTCOAT = "waistcoat"
    COAT = "coat"
    GREATCOAT = "greatcoat"
    TRENCH_COAT = "trench_coat"
    PARKA = "parka"
    DOWN_JACKET = "down_jacket"
    BOMBER_JACKET = "bomber_jacket"
    DENIM_JACKET = "denim_jacket"
    BLAZER = "blazer"
    JACKET = "jacket"
    DRESS = "dress"
    QIPAO = "qipao"
    SKIRT = "skirt"
    HORSE_FACE_SKIRT = "horse_face_skirt"
    TROUSERS = "trousers"
    JEANS = "jeans"
    SHORTS = "shorts"
    CAP = "cap"
    BEANIE = "beanie"
    TOTE_BAG = "tote_bag"
    BACKPACK = "backpack"
    HANDBAG = "handbag"
    BOOTS = "boots"
    SNEAKERS = "sneakers"
    SCARF = "scarf"
    CUSHION = "cushion"
    MUG = "mug"


class Family(StrEnum):
    """Categories that share construction, sizes and machines."""

    TOP = "top"
    OUTERWEAR = "outerwear"
    DRESS = "dress"
    BOTTOM = "bottom"
    HAT = "hat"
    BAG = "bag"
    SHOES = "shoes"
    ACCESSORY = "accessory"
    HOME = "home"


class Length(StrEnum):
    """Where the hem ends; NONE where the category has no choice."""

    NONE = "none"
    CROPPED = "cropped"
    HIP = "hip"
    THIGH = "thigh"
    KNEE = "knee"
    MIDI = "midi"
    ANKLE = "ankle"


class Sleeve(StrEnum):
    """Sleeve length."""

    NONE = "none"
    SHORT = "short"
    LONG = "long"


class Collar(StrEnum):
    """Neckline and collar."""

    NONE = "none"
    CREW = "crew"
    V_NECK = "v_neck"
    TURTLENECK = "turtleneck"
    SHIRT = "shirt"
    STAND = "stand"
    LAPEL = "lapel"
    HOOD = "hood"


class Closure(StrEnum):
    """How it opens."""

    NONE = "none"
    BUTTONS = "buttons"
    DOUBLE_BREASTED = "double_breasted"
    ZIP = "zip"
    FROG = "frog"
    LACES = "laces"
    BUCKLE = "buckle"
    TIE = "tie"


class Pockets(StrEnum):
    """Main pockets."""

    NONE = "none"
    PATCH = "patch"
    WELT = "welt"
    FLAP = "flap"
    CARGO = "cargo"
    KANGAROO = "kangaroo"


class Fit(StrEnum):
    """Ease around the body."""

    SLIM = "slim"
    REGULAR = "regular"
    OVERSIZED = "oversized"


class PatternKind(StrEnum):
    """Surface pattern."""

    PLAIN = "plain"
    STRIPES = "stripes"
    PINSTRIPES = "pinstripes"
    CHECK = "check"
    TARTAN = "tartan"
    DOTS = "dots"
    FLORAL = "floral"
    CAMOUFLAGE = "camouflage"
    COLOUR_BLOCK = "colour_block"
    CHEST_PRINT = "chest_print"


class Turn(StrEnum):
    """Which way a pattern's lines run on the body."""

    ACROSS = "across"
    ALONG = "along"
    BIAS = "bias"


class Artwork(StrEnum):
    """What a chest print shows; drawings of our own."""

    MOUNTAINS = "mountains"
    STAR = "star"
    WAVES = "waves"
    SPRIG = "sprig"
    MOON = "moon"
    HEART = "heart"


class Material(StrEnum):
    """Main shell material."""

    COTTON = "cotton"
    WOOL = "wool"
    DENIM = "denim"
    KNIT = "knit"
    LEATHER = "leather"
    SATIN = "satin"
    CANVAS = "canvas"
    CORDUROY = "corduroy"
    LINEN = "linen"
    DOWN = "down"
    NYLON = "nylon"
    FLEECE = "fleece"
    CERAMIC = "ceramic"


class Trim(StrEnum):
    """Visible hardware and buttons."""

    NONE = "none"
    BRASS = "brass"
    SILVER = "silver"
    BLACK = "black"
    HORN = "horn"
    WOODEN = "wooden"
    TONAL = "tonal"
