-- Vietnamese order as digits, two for each letter, so that no server's collation has a say: first the letters
-- (a, ă, â, b, …, d, đ, …), then the tones (none, huyền, hỏi, ngã, sắc, nặng) in their order.
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
    ) as sort_key,
    translate(regexp_replace(spelled.decomposed, U&'[\0300-\036F]', '', 'g'), 'đ', 'd') as search_text
from spelled
