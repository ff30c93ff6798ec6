"""Tolls as Arabic news words them: what is counted, of whom, and what is left untold."""

from __future__ import annotations

import pytest

from khabar.code.casualties import find_tolls
from khabar.pipeline import annotate, build_context, make_report

TOLD = [
    ("وجاء ذلك إثر هجوم على مسجد راح ضحيته أكثر من 300 شخص.", [("killed", 300, None)]),
    ("وأضافوا أن أكثر من 80 شخصا لقوا مصرعهم في الهجوم.", [("killed", 80, None)]),
    ("ويرتفع بذلك عدد القتلى لأكثر من 1560 شخصا منذ بدء القصف.", [("killed", 1560, None)]),
    ("أعلنت الوزارة ارتفاع حصيلة القتلى إلى 17 شخصا.", [("killed", 17, 17)]),
    ("وأودى الانفجار بحياة أكثر من 40 شخصا.", [("killed", 40, None)]),
    ("لقي 12 شخصا حتفهم في الغارة.", [("killed", 12, 12)]),
    ("أسفر الهجوم عن 3 قتلى و12 جريحا.", [("killed", 3, 3), ("injured", 12, 12)]),
    ("أدى القصف إلى مقتل ما لا يقل عن عشرة مدنيين وإصابة ستة آخرين بجروح.", [("killed", 10, None), ("injured", 6, 6)]),
    ("سقط أربعة شهداء وعدد من الجرحى.", [("killed", 4, 4), ("injured", None, None)]),
    ("قتل جندي وأصيب آخران في كمين.", [("killed", 1, 1), ("injured", 2, 2)]),
    ("استشهد شاب وأصيب ثلاثة برصاص الجنود.", [("killed", 1, 1), ("injured", 3, 3)]),
    ("مقتل الجنديين في كمين.", [("killed", 2, 2)]),
    ("أصيب في الهجوم شرطيان وسائحة.", [("injured", 2, 2), ("injured", 3, 3)]),
    ("أسفر القصف عن مقتل ما بين 30 و40 مسلحا.", [("killed", 30, 40)]),
    ("قال المسعفون إن 13 فلسطينيا لقوا حتفهم اليوم.", [("killed", 13, 13)]),
    ("ارتفع عدد الذين قتلوا منذ مارس إلى 36 شخصا.", [("killed", 36, 36)]),
    ("وقع الهجوم دون أن يسفر عن سقوط ضحايا.", [("killed", 0, 0), ("injured", 0, 0)]),
    ("وذكر الشهود أن جنديين أصيبا بجروح.", [("injured", 2, 2)]),
    ("قتل تنظيم داعش المتشدد 9 رجال.", [("killed", 9, 9)]),
    ("قتل الرجل على يد مسلحين مجهولين.", [("killed", 1, 1)]),
]


@pytest.mark.parametrize(("text", "told"), TOLD, ids=[text[:30] for text, _ in TOLD])
def test_tolls(text: str, told: list[tuple[str, int | None, int | None]]) -> None:
    ctx = build_context(annotate(make_report("خبر عاجل\n" + text)))
    assert [(toll.slot, toll.minimum, toll.maximum) for toll in find_tolls(ctx)] == told
