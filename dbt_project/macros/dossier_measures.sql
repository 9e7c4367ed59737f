{# The measures of dossiers in hand, for a `group by`: by agency and month, and by procedure beside. #}
{% macro dossier_measures(dossier) -%}
    count(*) as dossiers_in_hand,
    count(*) filter (where {{ dossier }}.is_received_in_month) as dossiers_received,
    count(*) filter (where {{ dossier }}.is_timed) as dossiers_in_hand_timed,
    count(*) filter (where {{ dossier }}.is_timed and {{ dossier }}.is_on_time) as dossiers_in_hand_on_time,
    count(*) filter (where not {{ dossier }}.is_timed) as dossiers_without_deadline,
    count(*) filter (where {{ dossier }}.has_result_file) as dossiers_with_result_file,
    count(*) filter (where {{ dossier }}.is_digitised) as dossiers_digitised,
    count(*) filter (where {{ dossier }}.reuses_data) as dossiers_reusing_data,
    count(*) filter (where {{ dossier }}.in_national_store) as dossiers_in_national_store,
    count(*) filter (
        where {{ dossier }}.is_vneid_verified or {{ dossier }}.uses_population_data
    ) as dossiers_using_population_data,
    count(*) filter (where {{ dossier }}.is_satisfied) as dossiers_satisfied,
    count(*) filter (where {{ dossier }}.has_fee) as fee_dossiers_in_hand,
    count(*) filter (where {{ dossier }}.has_fee and {{ dossier }}.is_paid_online) as fee_dossiers_paid_online
{%- endmacro %}

{# The measures of dossiers filed, for the same. #}
{% macro filing_measures(filing) -%}
    count(*) as dossiers_filed,
    count(*) filter (where {{ filing }}.is_filed_online) as dossiers_filed_online
{%- endmacro %}
