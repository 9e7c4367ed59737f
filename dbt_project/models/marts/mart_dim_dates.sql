{{ as_described(ref('dim_dates')) }}
