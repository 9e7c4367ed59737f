{#
Which lateness that of a dossier in hand is (labels, set lateness_kind); null when it is late by nobody's count.
`dossier` is the name of a row of the evidence of dossiers in hand.

- late_for_citizen: in time for the competent agency, which got it later than the place that received it; late counted
  from the first receipt. It is on time in 2.1.
- late_on_arrival: the date promised to the citizen had passed when the competent agency got it.
- late_by_first_date: in time by the date that a letter of apology set, which the portal may accept.
#}
{% macro lateness_kind(dossier) -%}
case
            when {{ dossier }}.is_timed and {{ dossier }}.is_late_for_citizen then 'late_for_citizen'
            when {{ dossier }}.is_on_time or not {{ dossier }}.is_timed then null
            when {{ dossier }}.clock_started_on > {{ dossier }}.due_on then 'late_on_arrival'
            when {{ dossier }}.late_reason = 're_dated_late' and {{ dossier }}.due_on = {{ dossier }}.original_due_on
                then 'late_by_first_date'
            when {{ dossier }}.apologised_on is not null then 'late_apologised'
            else 'late'
        end
{%- endmacro %}
