import time, statistics
from sqlalchemy import make_url, create_engine, text
from app.db import Database
def test_t(new_database, template_url, database_kind, capsys):
    out=[]
    for _ in range(20):
        a=time.perf_counter()
        with new_database(copy_of=template_url) as u:
            b=time.perf_counter()
            d=Database(u)
            with d.transaction() as s: s.execute(text("select 1"))
            d.dispose()
            c=time.perf_counter()
        out.append((b-a,c-b,time.perf_counter()-c))
    msg=[database_kind,"create/open/drop ms",[round(1000*statistics.median(x),1) for x in zip(*out)]]
    if database_kind=="postgresql":
        e=create_engine(make_url(template_url).set(database="postgres"),isolation_level="AUTOCOMMIT")
        t=make_url(template_url).database
        with e.connect() as c:
            for setting in ("FILE_COPY","WAL_LOG","CLONE"):
                if setting=="CLONE":
                    c.exec_driver_sql("SET file_copy_method=clone")
                ts=[]
                try:
                  for i in range(15):
                    a=time.perf_counter()
                    c.exec_driver_sql(f"CREATE DATABASE zz{i} TEMPLATE {t} STRATEGY {'FILE_COPY' if setting=='CLONE' else setting}")
                    b=time.perf_counter()
                    c.exec_driver_sql(f"DROP DATABASE zz{i} WITH (FORCE)")
                    ts.append((b-a,time.perf_counter()-b))
                  msg.append((setting,[round(1000*statistics.median(x),1) for x in zip(*ts)]))
                except Exception as x: msg.append((setting,str(x)[:100]))
        e.dispose()
    with capsys.disabled(): print(*msg)
