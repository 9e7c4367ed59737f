{{ config(materialized='table', unlogged=true) }}
-- depends_on: {{ ref('int_dossiers_to_refresh') }}
{%- set facts = built_before('facts', 'fct_dossier_months') %}

{% if facts -%}
    with earlier as (
        select facts.*
        from {{ ref('int_dossiers_to_refresh') }} as touched
        inner join {{ facts }} as facts
            on
                touched.province_code = facts.province_code
                and touched.source_id = facts.source_id
    )

    select
        assembled.province_code,
        assembled.source,
        assembled.source_id,
        assembled.period_month,
        false as is_gone
    from {{ ref('int_dossier_months_assembled') }} as assembled
    left join earlier using (province_code, source, source_id, period_month)
    where row(assembled.*) is distinct from row(earlier.*)
    union all
    select
        earlier.province_code,
        earlier.source,
        earlier.source_id,
        earlier.period_month,
        true as is_gone
    from earlier
    left join {{ ref('int_dossier_months_assembled') }} as assembled
        using (province_code, source, source_id, period_month)
    where assembled.source_id is null
{%- else -%}
    select
        assembled.province_code,
        assembled.source,
        assembled.source_id,
        assembled.period_month,
        false as is_gone
    from {{ ref('int_dossier_months_assembled') }} as assembled
{%- endif %}
