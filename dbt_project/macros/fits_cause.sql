{#
The condition that a dossier in hand is one that the national portal may have counted otherwise for a cause of
`difference_cause`. The portal names no dossier, so these are candidates; how many there are is what proves a cause.

`dossier` is the name of a row of fct_dossier_months; `late_from` the first day whose receipts may not be synchronised.
flag_forced is asked of each flag by itself, and has no condition here.
#}
{% macro fits_cause(cause, dossier, late_from=none) -%}
    {%- if cause == 'late_sync' -%}
        {{ dossier }}.received_on >= {{ late_from }}
    {%- elif cause == 'status_rewritten' -%}
        {{ dossier }}.ended_on is null and {{ dossier }}.waiting_since_on < {{ dossier }}.period_month
    {%- elif cause == 're_dated' -%}
        {{ dossier }}.late_reason = 're_dated_late' and {{ dossier }}.due_on = {{ dossier }}.original_due_on
    {%- elif cause == 'missing_deadline_on_time' -%}
        not {{ dossier }}.is_timed
    {%- elif cause == 'cash_counted' -%}
        {{ dossier }}.has_fee and {{ dossier }}.is_flagged_paid and not {{ dossier }}.is_paid_online
    {%- elif cause == 're_keyed' -%}
        {{ dossier }}.is_recoded
    {%- else -%}
        {{ exceptions.raise_compiler_error('no dossier can be named for ' ~ cause) }}
    {%- endif -%}
{%- endmacro %}
