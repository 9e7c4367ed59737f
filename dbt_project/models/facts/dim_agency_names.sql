-- Vietnamese order in letters a to j, so that no collation of the server has a say: two for each letter
-- of the name (a, ă, â, b, …, d, đ, …), then one for each tone (none, huyền, hỏi, ngã, sắc, nặng).
-- Digits would do as well, but Superset and spreadsheets take a text of digits for a number.
with names as (
    select distinct name_vi
    from {{ ref('dim_agencies') }}
),

spelled as (
    select
        name_vi,
        normalize(lower(name_vi), nfd) as decomposed,
        normalize(translate(normalize(lower(name_vi), nfd), {{ tone_marks() }}, ''), nfc) as toneless
    from names
)

{%- set alphabet = ' 0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz' %}

select
    spelled.name_vi,
    translate(
        (
            select
                string_agg(
                    lpad(strpos('{{ alphabet }}', letter.letter)::text, 2, '0'), ''
                    order by letter.position
                )
            from regexp_split_to_table(spelled.toneless, '') with ordinality as letter (letter, position)
        )
        || '00'
        || translate(
            regexp_replace(spelled.decomposed, '[^ ' || {{ tone_marks() }} || ']', '', 'g'),
            ' ' || {{ tone_marks() }},
            '012345'
        ),
        '0123456789',
        'abcdefghij'
    ) as sort_key,
    translate(regexp_replace(spelled.decomposed, U&'[\0300-\036F]', '', 'g'), 'đ', 'd') as search_text
from spelled
