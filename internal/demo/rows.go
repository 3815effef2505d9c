package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/dustin/go-humanize"
)

// database holds the sample project's tables; it has the name that the project's
// moose.config.toml gives it.
const database = "local"

// Rows that the demonstration puts into the sample project's tables.
const (
	orders    = 10_000
	customers = 500
)

// rows are statements that fill the tables of the main branch. The orders
// spread over ten weeks, so that their table has several partitions.
var rows = []string{
	fmt.Sprintf(`INSERT INTO Orders (orderId, customerId, placedAt, status, quantity, amount)
SELECT 'order-' || toString(number), 'customer-' || toString(number %% %d), toDateTime('2026-01-01 00:00:00', 'UTC') + number * 600,
       ['paid', 'open', 'shipped'][number %% 3 + 1], number %% 5 + 1, toDecimal64(number %% 10000, 2) / 100
FROM numbers(%d)`, customers, orders),
	fmt.Sprintf(`INSERT INTO Customers (customerId, email, phone, country, updatedAt)
SELECT 'customer-' || toString(number), 'customer' || toString(number) || '@example.com', if(number %% 2 = 0, '+49 30 ' || toString(100000 + number), NULL),
       ['DE', 'FR', 'US'][number %% 3 + 1], toDateTime('2026-01-01 00:00:00', 'UTC')
FROM numbers(%d)`, customers),
}

// census is what must survive the pull request.
type census struct {
	orders, customers uint64
	quantity          int64
	amount            string // sum, with two decimals
	daily             uint64 // orders that the materialized view counted
}

const censusQuery = `SELECT (SELECT count() FROM Orders), (SELECT count() FROM Customers), (SELECT toInt64(sum(quantity)) FROM Orders),
       (SELECT toDecimalString(sum(amount), 2) FROM Orders), (SELECT toUInt64(sum(orders)) FROM DailySales)`

func (c census) String() string {
	return fmt.Sprintf("%s orders (quantities add up to %s, amounts to %s), %s customers, %s orders counted by day",
		humanize.Comma(int64(c.orders)), humanize.Comma(c.quantity), c.amount, humanize.Comma(int64(c.customers)), humanize.Comma(int64(c.daily)))
}

func (d *demo) takeCensus(ctx context.Context) (c census, err error) {
	err = d.connected(database, func(conn driver.Conn) error {
		return conn.QueryRow(ctx, censusQuery).Scan(&c.orders, &c.customers, &c.quantity, &c.amount, &c.daily)
	})
	if err != nil {
		return c, fmt.Errorf("counting the rows: %w", err)
	}
	return c, nil
}

// fill inserts the rows and counts them.
func (d *demo) fill(ctx context.Context) (census, error) {
	if err := d.execute(ctx, database, rows...); err != nil {
		return census{}, fmt.Errorf("inserting rows: %w", err)
	}
	c, err := d.takeCensus(ctx)
	if err == nil && (c.orders != orders || c.customers != customers || c.daily != orders) {
		err = fmt.Errorf("inserting rows: ClickHouse holds %s, which is not what was inserted", c)
	}
	return c, err
}

// filled says what the pull request's new column reads for the old rows.
func (d *demo) filled(ctx context.Context) (currencies []string, quantityType string, err error) {
	err = d.connected(database, func(conn driver.Conn) error {
		return conn.QueryRow(ctx, "SELECT groupUniqArray(toString(currency)), any(toTypeName(quantity)) FROM Orders").Scan(&currencies, &quantityType)
	})
	if err != nil {
		return nil, "", fmt.Errorf("reading the changed columns: %w", err)
	}
	return currencies, quantityType, nil
}

func (d *demo) execute(ctx context.Context, database string, statements ...string) error {
	return d.connected(database, func(conn driver.Conn) error {
		for _, s := range statements {
			if err := conn.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *demo) connected(database string, use func(driver.Conn) error) error {
	server := d.servers.clickHouse
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{server.NativeAddr},
		Auth: clickhouse.Auth{Database: database, Username: server.User, Password: server.Password},
	})
	if err != nil {
		return fmt.Errorf("connecting to ClickHouse at %s: %w", server.NativeAddr, err)
	}
	return errors.Join(use(conn), conn.Close())
}
