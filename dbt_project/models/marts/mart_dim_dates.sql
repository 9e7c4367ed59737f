{{ config(alias='dim_dates') }}

{{ as_described(ref('dim_dates')) }}
