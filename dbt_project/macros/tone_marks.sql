{# The combining marks of Vietnamese tones, in their order: huyền, hỏi, ngã, sắc, nặng. #}
{% macro tone_marks() -%}
    U&'\0300\0309\0303\0301\0323'
{%- endmacro %}
