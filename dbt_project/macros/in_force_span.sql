{#
When a version of a catalogue record counts: from the moment it was known until the next version.

The portal gives no dates of validity, so the catalogue of a period is the newest version known by its
end. What stood on the first list ever read also counts for the periods before.
#}
{% macro in_force_span(keys) -%}
    case
        when version.known_from > min(version.known_from) over (partition by version.province_code)
            then version.known_from
        else '-infinity'::timestamptz
    end as in_force_from,
    coalesce(
        lead(version.known_from) over (
            partition by version.province_code{% for key in keys %}, version.{{ key }}{% endfor %}
            order by version.version_id
        ),
        'infinity'::timestamptz
    ) as in_force_until
{%- endmacro %}

{# Joins, as `month`, the months at whose end a version of a catalogue record counted. #}
{% macro months_of(version) -%}
inner join {{ ref('dim_months') }} as month
    on
        {{ version }}.in_force_from < month.ends_at
        and {{ version }}.in_force_until >= month.ends_at
{%- endmacro %}
