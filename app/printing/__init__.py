"""The paper: frozen documents in, PDF bytes out. Knows no database and no HTTP.

``documents`` says what is on a paper, ``words`` and ``formats`` how it is said in English and Spanish, ``fonts`` which
letters exist and how a text fits its place, ``layout`` how a page is built; one module per kind of paper draws it.

No text ever passes through a markup parser: every string is drawn as it is, so ``<b>`` prints as ``<b>``.
"""
