"""Times `find_times` and `resolve_time` per 300 tokens, on text of this file or on reports of a .jsonl file.

Run: python benchmarks/bench_time.py [reports.jsonl]
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path

from khabar.annotate.times import find_times
from khabar.resolve.time import resolve_time
from khabar.text.tokens import find_sentences, find_tokens

_SAMPLE = (
    "قصفت طائرات حربية فجر الأحد بلدة في ريف المحافظة الشرقي، وقال مصدر محلي إن ثلاثة مدنيين قتلوا.\n"
    "وكانت القوات قد سيطرت على البلدة في 28 أكتوبر/تشرين الأول الماضي بعد معارك استمرت أسبوعين.\n"
    "وأعلن المتحدث أمس الخميس أن العملية مستمرة منذ منتصف الشهر الجاري، بحسب بيان نشر على الموقع.\n"
) * 6
_PUBLISHED = date(2018, 3, 12)
_ROUNDS = 20


def main(paths: list[str]) -> None:
    """Print milliseconds per 300 tokens for both stages."""
    texts = [_SAMPLE]
    if paths:
        texts = [json.loads(line)["text"] for line in Path(paths[0]).read_text("utf-8").splitlines()]
    began = time.perf_counter()
    find_times((), ())
    print(f"load the grammar: {1000 * (time.perf_counter() - began):.1f} ms")
    documents = [(tokens, find_sentences(text, tokens)) for text in texts for tokens in [find_tokens(text)]]
    count = sum(len(tokens) for tokens, _ in documents) * _ROUNDS
    began = time.perf_counter()
    for _ in range(_ROUNDS):
        found = [find_times(tokens, sentences) for tokens, sentences in documents]
    print(f"find_times: {300_000 * (time.perf_counter() - began) / count:.3f} ms per 300 tokens")
    mentions = [mention for times in found for mention in times]
    began = time.perf_counter()
    for _ in range(_ROUNDS):
        for mention in mentions:
            resolve_time(mention, _PUBLISHED)
    spent = time.perf_counter() - began
    print(f"resolve_time: {300_000 * spent / count:.3f} ms per 300 tokens ({len(mentions)} mentions)")


if __name__ == "__main__":
    main(sys.argv[1:])
