{{ config(materialized='table', unlogged=true) }}
-- depends_on: {{ ref('int_dossiers_to_refresh') }}
{%- set facts = built_before('facts', 'fct_dossiers') %}

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
        false as is_gone,
        assembled.dossier_code,
        assembled.submitted_on,
        earlier.submitted_on as earlier_submitted_on,
        assembled.received_on,
        earlier.received_on as earlier_received_on,
        (
            assembled.dossier_code is distinct from earlier.dossier_code
            or assembled.agency_key is distinct from earlier.agency_key
            or assembled.procedure_code is distinct from earlier.procedure_code
            or assembled.field_code is distinct from earlier.field_code
            or assembled.channel is distinct from earlier.channel
            or assembled.submitted_on is distinct from earlier.submitted_on
            or assembled.received_on is distinct from earlier.received_on
            or assembled.has_fee is distinct from earlier.has_fee
        ) as is_filing_changed
    from {{ ref('int_dossiers_assembled') }} as assembled
    left join earlier using (province_code, source, source_id)
    where row(assembled.*) is distinct from row(earlier.*)
    union all
    select
        earlier.province_code,
        earlier.source,
        earlier.source_id,
        true as is_gone,
        earlier.dossier_code,
        earlier.submitted_on,
        earlier.submitted_on as earlier_submitted_on,
        earlier.received_on,
        earlier.received_on as earlier_received_on,
        true as is_filing_changed
    from earlier
    inner join {{ ref('int_dossiers_to_refresh') }} as touched using (province_code, source_id)
    where touched.is_gone
{%- else -%}
    select
        assembled.province_code,
        assembled.source,
        assembled.source_id,
        false as is_gone,
        assembled.dossier_code,
        assembled.submitted_on,
        null::date as earlier_submitted_on,
        assembled.received_on,
        null::date as earlier_received_on,
        true as is_filing_changed
    from {{ ref('int_dossiers_assembled') }} as assembled
{%- endif %}
