"""The form of a query that stores keep: it stays as it is until `VERSION` grows, which compiles all of them anew."""

import pytest

from feeds.query import VERSION, Query, parse_query
from feeds.query.compiled import Wanted


@pytest.mark.parametrize(
    ("query", "compiled"),
    [
        ("*", "\t*"),
        ("RAG", "rag\t_wrag"),
        ("rag", "rag\t_wrag"),
        ("=RAG", "rag\t_eRAG"),
        ("stream*", "\t_pstream"),
        ("pre-training", "pr train|pretrain\t_wpre-training"),
        ("kv-cache", "kv cach|kvcach\t_wkv-cache"),
        ("GPT-4", "gpt 4|gpt4\t_wgpt-4"),
        ("GPT-4o", "gpt 4o|gpt4o\t_wgpt-4o"),
        ("SAM 2", "sam\t..&\nsam\t_wsam\n2\t_w2"),
        ('"kv cache"', "kv cach\t_wkv cache"),
        ('"kv cache"~5', "\t_n5 kv cache"),
        ('"sam 2"~3', "\t_n3 sam~2"),
        ("title:RAG", "\ttwrag"),
        ('title:"video models"', "\ttwvideo models"),
        ("author:bengio", "\tuwbengio"),
        ("author:LeCun", "\tuwlecun"),
        ("author:O'Brien", "\tuwO'Brien"),
        ("author:Xiao-Ming", "\tuwXiao-Ming"),
        ("author:Müller", "\tuwMüller"),
        ('author:"LeCun, Y"', "\tuwLeCun, Y"),
        ('author:"Y. Bengio"', "\tuwY. Bengio"),
        ("author:müller", "\tuwmüller"),
        ('author:"bengio y"~2', "\tun2 bengio y"),
        ('org:"meta ai"', "\towmeta ai"),
        ("keyword:nets", "\tkwnets"),
        ("category:cs.CL", "\tcwcs.cl"),
        ("category:cs.*", "\tcpcs."),
        ("category:=cs.CL", "\tcecs.CL"),
        ("source:Daily", "\tswdaily"),
        ("id:2503.02130", "\tiw2503.02130"),
        ("votes>=50", "\t# votes >= 50"),
        ("age<2w", "\t# age < 14d"),
        ("date>2026-01-02", "\t# date > 2026-01-02"),
        ("similar:2503.02130", "\t~s2503.02130 1"),
        ("similar:2503.02130*3", "\t~s2503.02130 3"),
        ("library:Mine", "\t~lMine 1"),
        ("/kv[- ]?cache/", "\t_rkv[- ]?cache"),
        ("a b", "a\t..&\na\t_wa\nb\t_wb"),
        ("a OR b", "\t..|\na\t_wa\nb\t_wb"),
        ("a -b *", "a\t..!&.&\na\t_wa\nb\t_wb\n\t*"),
        ("-(a OR b) *", "\t..|!.&\na\t_wa\nb\t_wb\n\t*"),
        ("a (b OR c) d", "a\t...|&.&\na\t_wa\nb\t_wb\nc\t_wc\nd\t_wd"),
        ('"one two three four five"', "on two thr\t_wone two three four five"),
        ('"one two three four*"', "on two thr\t_pone two three four"),
        ("state-of-the-art models", "model\t..&\n\t_wstate-of-the-art\nmodel\t_wmodels"),
        ('"GPT-4 and SAM 2"', "gpt 4 and|gpt4 and sam|gpt4 and sam2\t_wgpt-4 and sam~2"),
        ("IDs", "id\t_wid"),
        ("colour", "color\t_wcolor"),
        ("LLMs", "llm\t_wllm"),
        ("networks streaming", "network\t..&\nnetwork\t_wnetworks\nstream\t_wstreaming"),
        ("a-b-c-d-e-f", "\t_wa-b-c-d-e-f"),
        ('"a-b c-d e-f"', "a b c|a b cd|ab c d|ab cd e|ab cd ev\t_wa-b c-d e-f"),
        ('"pre-training*"', "\t_ppre-training"),
        ("title:stream*", "\ttpstream"),
        ("author:beng*", "\tupbeng"),
        ("=LLMs", "llm\t_eLLMs"),
        ('="Segment Anything Model"', "segment anyth model\t_eSegment Anything Model"),
        ("x1-y2-z3", "x1 y2 z3|x1 y2z3|x1y2 z3|x1y2z3\t_wx1-y2-z3"),
    ],
)
def test_a_query_is_compiled_as_stores_have_it(query: str, compiled: str) -> None:
    assert VERSION == 4
    parsed = parse_query(query)
    assert parsed.compiled == compiled
    assert Query.stored(str(parsed), compiled).compiled == compiled


def test_what_it_compares_with_is_read() -> None:
    assert set(map(Wanted.read, parse_query("similar:2503.02130*3 library:Mine a").near)) == {
        Wanted("s", "2503.02130", 3),
        Wanted("l", "Mine", 1),
    }


def test_a_query_of_many_pieces_and_few_terms_is_taken() -> None:
    assert len(parse_query('"a b"~3 ' * 250).leaves) == 250
