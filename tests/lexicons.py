"""A small bilingual lexicon for tests that should not depend on the shipped files."""

from models.lexicon import Lexicon

SMALL = Lexicon.from_tables(
    [
        (
            "small.toml",
            {
                "category": [
                    {"key": "greatcoat", "zh": ["军大衣"], "en": ["greatcoat"]},
                    {"key": "jeans", "zh": ["牛仔裤"], "en": ["jeans"]},
                    {"key": "dress", "zh": ["连衣裙"], "en": ["dress"]},
                    {"key": "t_shirt", "zh": ["T恤"], "en": ["t-shirt"]},
                    {"key": "qipao", "zh": ["旗袍"], "en": ["qipao"]},
                ],
                "colour": [
                    {"key": "olive", "zh": ["橄榄绿"], "en": ["olive"], "hex": "#5b613a"},
                    {"key": "navy", "zh": ["藏青色"], "en": ["navy"], "hex": "#1f2a44"},
                    {"key": "white", "zh": ["白色"], "en": ["white"], "hex": "#f6f6f3"},
                ],
                "material": [
                    {"key": "wool", "zh": ["羊毛"], "en": ["wool"]},
                    {"key": "cotton", "zh": ["纯棉"], "en": ["cotton"]},
                    {"key": "satin", "zh": ["缎面"], "en": ["satin"]},
                    {"key": "denim", "zh": ["牛仔布"], "en": ["denim"]},
                ],
                "closure": [
                    {"key": "double_breasted", "zh": ["双排扣"], "en": ["double-breasted"]},
                    {"key": "frog", "zh": ["盘扣"], "en": ["frog closure"]},
                    {"key": "zip", "zh": ["拉链"], "en": ["zip"]},
                ],
                "pattern": [{"key": "stripes", "zh": ["条纹"], "en": ["stripes"]}],
                "length": [{"key": "ankle", "zh": ["及踝"], "en": ["ankle length"]}],
                "fit": [{"key": "oversized", "zh": ["宽松"], "en": ["oversized"]}],
            },
        )
    ]
)
