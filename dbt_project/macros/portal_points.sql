{#
Points of an indicator as the national portal computes them, in binary floating point; ours are `score_points`.

`judged` is the name of a row with numerator, denominator, target, max_points and portal_rounds.
`portal_rounds` = points (all indicators but one): round(max × (n ÷ d × 100) ÷ target × 100) ÷ 100, half up.
`portal_rounds` = percentage (3.6): the percentage is rounded to two decimals first, then multiplied, then shown with
two decimals; seen with target 1 only, and with another target divided by it as the others are.
Example: 1 of 48 of 6 points is exactly 0.125, which is 0.13 by the rule; the portal's double is
0.12499999999999999, and it publishes 0.12. Every step here is an IEEE double as there, so the figures are equal
and no tolerance is needed. Only for a ratio that exists.
#}
{% macro portal_points(judged) -%}
    {%- set percentage = "least(100, " ~ judged ~ ".numerator::float8 / " ~ judged ~ ".denominator::float8 * 100)" -%}
    {%- set whole = "(" ~ judged ~ ".target * 100)::float8" -%}
    {%- set most = judged ~ ".max_points::float8" -%}
    case {{ judged }}.portal_rounds
        when 'points'
            then least(
                {{ judged }}.max_points,
                ({{ round_as_portal(
                    most ~ " * " ~ percentage ~ " / " ~ whole ~ " * 100"
                ) }} / 100)::numeric(5, 2)
            )
        when 'percentage'
            then {{ two_decimals_as_portal(
                "least(" ~ whole ~ ", " ~ round_as_portal(percentage ~ " * 100") ~ " / 100) * " ~ most ~ " / " ~ whole
            ) }}
    end
{%- endmacro %}

{#
A double to the nearest whole number, half up, as JavaScript's Math.round does; PostgreSQL's round(double)
would take a half to the even number. The difference to the floor is exact.
#}
{% macro round_as_portal(double) -%}
    (floor({{ double }}) + case when {{ double }} - floor({{ double }}) >= 0.5 then 1 else 0 end)
{%- endmacro %}

{#
A double from 0 to below 8 with two decimals, half up on its exact binary value, as JavaScript's toFixed(2) does.
PostgreSQL turns a double into decimals by its first 15 digits (4.515, which is a tie), although the double is
4.51499999999999968 (no tie). So it is scaled by 2^60, which is exact, and the rest is whole numbers.
#}
{% macro two_decimals_as_portal(double) -%}
    (div(
        ({{ double }} * 1152921504606846976::float8)::bigint::numeric * 200 + 1152921504606846976,
        2305843009213693952
    ) / 100)::numeric(5, 2)
{%- endmacro %}
