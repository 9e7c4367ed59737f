{#
The columns together are a key: rows that share them, or lack one of them, fail. `changed_in`, a relation
with period_month and is_stale, limits the test to the months that were made again.
#}
{% test unique_together(model, columns, changed_in=none) %}
select
    {{ columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
{% if changed_in %}
    where period_month in {{ stale_months(changed_in) }}
{% endif %}
group by {{ columns | join(', ') }}
having count(*) > 1 {% for column in columns %}or {{ column }} is null {% endfor %}
{% endtest %}
