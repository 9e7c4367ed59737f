{#
Points of an indicator: max × min(1, ratio ÷ target), rounded half up to two decimals in exact decimals.

max × numerator ÷ (denominator × target) is divided once, after the multiplication, so a tie is a tie.
Nothing is given for a ratio that does not exist: without cases the indicator's zero rule decides
(none = no points, zero = 0, full = all), without data there are none.

`judged` is the name of a row with numerator, denominator, target, max_points, zero_rule and status.
#}
{% macro score_points(judged) -%}
    case
        when {{ judged }}.status = 'no_data' then null
        when {{ judged }}.status = 'no_cases' and {{ judged }}.zero_rule = 'full' then {{ judged }}.max_points
        when {{ judged }}.status = 'no_cases' and {{ judged }}.zero_rule = 'zero' then 0
        when {{ judged }}.denominator > 0 and {{ judged }}.numerator is not null
            then case
                when {{ judged }}.numerator >= {{ judged }}.denominator * {{ judged }}.target
                    then {{ judged }}.max_points
                else {{ judged }}.max_points * {{ judged }}.numerator / ({{ judged }}.denominator * {{ judged }}.target)
            end
    end::numeric(5, 2)
{%- endmacro %}
