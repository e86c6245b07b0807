#!/bin/sh
# SPDX-License-Identifier: MIT
# online-retail.sh DIR - customer groups and rules from a gift shop's invoices
#
# UCI Online Retail (Chen, Sain, Guo, 2012): 541,909 lines of invoices of a British gift shop in a
# year; DIR holds online-retail-all.csv.gz.  Cancellations and lines without a customer or a price
# are set aside and counted, customers grouped by recency, frequency and money, and invoices mined.
needs=online-retail-all.csv.gz
. "$(dirname "$0")/lib.sh"

say 'cleaning: what came and what was left out'
pa-clean -v --tag "event=order:$folder/online-retail-all.csv.gz" \
    --rename InvoiceNo=order,StockCode=item,Quantity=quantity,InvoiceDate=time,UnitPrice=price,CustomerID=user \
    --where 'order!~^C' --where 'quantity>0' --where 'price>0' --require user --dedup \
    --rejects rejected.csv "$folder/online-retail-all.csv.gz" -o lines.csv 2>cleaning.txt ||
    { cat cleaning.txt >&2; exit 1; }
sed "s,^pa-clean: ,,; s,$folder/,," cleaning.txt

say 'recency in days, frequency in invoices, and money of each customer'
pa-features -q -g user lines.csv | pa-clean -q --keep user,recency,spent -o spent.csv
pa-features -q -g user --agg 'frequency=distinct:order' lines.csv | pa-join -q --on user spent.csv -o rfm.csv
show rfm.csv 5

say 'groups of customers, by their logarithms'
pa-features -q --scale 'recency,frequency,spent=log1p' rfm.csv |
    pa-cluster -q -k 4 -f recency,frequency,spent -M groups.model --quality quality.csv -o grouped.csv
pa-join -q --on user --replace rfm.csv grouped.csv | pa-features -q -g cluster -o profile.csv --agg \
    'customers=count,recency=mean:recency,invoices=mean:frequency,money=mean:spent,all_money=sum:spent'
show profile.csv
show quality.csv 20

say 'what is bought together: rules over invoices, the highest lift first'
pa-clean -q --keep order,Description --require Description lines.csv |
    pa-rules -q -a Description --min-support 0.01 --min-conf 0.5 -o rules.csv
pa-rank -q -p lift -k 8 rules.csv |
    pa-clean -q --keep antecedent,consequent,count,confidence,lift -o best.csv
show best.csv
