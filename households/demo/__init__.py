"""The demo's households: an invented district of 2015 whose exits come out as the article reports them.

What the article says stands in targets.json and is known to this folder only; everything else reads rows.
"""
