{#
Points of an indicator: max × min(1, ratio ÷ target), rounded half up to two decimals in exact decimals.

max × numerator ÷ (denominator × target) is divided once, after the multiplication, so a tie is a tie.
Nothing is given for a ratio that does not exist: without cases the indicator's zero rule decides
(none = no points, zero = 0, full = all), without data there are none.
#}
{% macro score_points(numerator, denominator, target, max_points, zero_rule, status) -%}
    case
        when {{ status }} = 'no_data' then null
        when {{ status }} = 'no_cases' and {{ zero_rule }} = 'full' then {{ max_points }}
        when {{ status }} = 'no_cases' and {{ zero_rule }} = 'zero' then 0
        when {{ denominator }} > 0 and {{ numerator }} is not null
            then case
                when {{ numerator }} >= {{ denominator }} * {{ target }} then {{ max_points }}
                else {{ max_points }} * {{ numerator }} / ({{ denominator }} * {{ target }})
            end
    end::numeric(5, 2)
{%- endmacro %}
