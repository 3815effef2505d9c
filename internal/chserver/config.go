package chserver

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// keeperMapPrefix is the ZooKeeper path below which KeeperMap tables live. It
// is the value ClickHouse's own documentation uses.
const keeperMapPrefix = "/keeper_map_tables"

// Config says how to start an Engine.
type Config struct {
	// Library is the loaded engine.
	Library *chdb.Library
	// Path is the data directory. It is made when it does not exist. Only one
	// process at a time can use it.
	Path string
	// Keeper is host:port of a ZooKeeper or ClickHouse Keeper for KeeperMap
	// tables, "" for none.
	Keeper string
	// ExtraConfig is the path of a ClickHouse configuration file (XML, root
	// element clickhouse) merged over the generated one, "" for none.
	ExtraConfig string
	// Sandbox denies the engine to read or write anything but its own tables: no files, no
	// addresses, no other servers.
	Sandbox bool
	// User and Password are what clients must give. User "" means "default".
	User, Password string
	// Logf receives one line per noteworthy event, never a statement or a
	// credential; nil discards them.
	Logf func(format string, args ...any)
}

// usersXML gives the engine's only user all rights a user can have. Without
// access_management it may not even read system.row_policies, which Moose does
// in every run. The password that clients give is checked before the engine is
// asked and is not in here.
const usersXML = `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password></password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <access_management>1</access_management>
      <named_collection_control>1</named_collection_control>
      <show_named_collections>1</show_named_collections>
      <show_named_collections_secrets>1</show_named_collections_secrets>
    </default>
  </users>
</clickhouse>
`

// sandboxUsersXML gives the engine's only user the rights to work with tables, views,
// dictionaries and functions, and none on sources: a table function or an engine that
// reaches outside is refused with code 497. It holds no access management.
var sandboxUsersXML = `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password></password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE DICTIONARY, CREATE FUNCTION, CREATE TEMPORARY TABLE, DROP, TRUNCATE, OPTIMIZE, UNDROP TABLE, KILL QUERY, dictGet ON *.*</query>
        ` + sandboxEngines + `
      </grants>
    </default>
  </users>
</clickhouse>
`

// sandboxEngines are the grants of the table engines that need nothing from outside.
var sandboxEngines = func() string {
	var b strings.Builder
	for _, e := range []string{
		"MergeTree", "ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree", "CollapsingMergeTree", "VersionedCollapsingMergeTree",
		"GraphiteMergeTree", "CoalescingMergeTree", "Memory", "Null", "Log", "TinyLog", "StripeLog", "Set", "Join", "Buffer", "Merge", "Dictionary",
		"View", "MaterializedView", "GenerateRandom", "EmbeddedRocksDB",
	} {
		b.WriteString("<query>GRANT TABLE ENGINE ON " + e + "</query>")
	}
	return b.String()
}()

func (c Config) user() string {
	if c.User == "" {
		return "default"
	}
	return c.User
}

func (c Config) logf(format string, args ...any) {
	if c.Logf != nil {
		c.Logf(format, args...)
	}
}

type xmlConfig struct {
	XMLName         xml.Name      `xml:"clickhouse"`
	DefaultDatabase string        `xml:"default_database"`
	Database        string        `xml:"database"`
	Logger          xmlLogger     `xml:"logger"`
	UsersConfig     string        `xml:"users_config"`
	KeeperMapPrefix string        `xml:"keeper_map_path_prefix,omitempty"`
	ZooKeeper       *xmlZooKeeper `xml:"zookeeper,omitempty"`
}

type xmlLogger struct {
	Level   string `xml:"level"`
	Console bool   `xml:"console"`
}

type xmlZooKeeper struct {
	Node         xmlNode `xml:"node"`
	SessionsPath string  `xml:"sessions_path"`
}

type xmlNode struct {
	Host string `xml:"host"`
	Port string `xml:"port"`
}

// prepare writes the configuration file and, before the first start, the
// definition of the default database, and returns the engine's arguments.
func prepare(cfg Config) ([]string, error) {
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("resolving the data directory %q: %w", cfg.Path, err)
	}
	if err := os.MkdirAll(filepath.Join(path, "metadata"), 0o750); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	if err := bootstrapDefault(path); err != nil {
		return nil, err
	}
	users := filepath.Join(path, "moose-clickhouse-users.xml")
	rights := usersXML
	if cfg.Sandbox {
		rights = sandboxUsersXML
	}
	if err := renameio.WriteFile(users, []byte(rights), 0o600); err != nil {
		return nil, fmt.Errorf("writing the engine's users: %w", err)
	}
	body, err := configXML(cfg, users)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(path, "moose-clickhouse.xml")
	if err := renameio.WriteFile(file, body, 0o600); err != nil {
		return nil, fmt.Errorf("writing the engine's configuration: %w", err)
	}
	if err := mergeExtra(cfg.ExtraConfig, filepath.Join(path, "moose-clickhouse.d")); err != nil {
		return nil, err
	}
	return []string{"--path=" + path, "--config-file=" + file}, nil
}

// bootstrapDefault defines "default" as an Atomic database. Left alone, the
// engine makes it an Overlay database as clickhouse-local does, in which
// EXCHANGE TABLES and UNDROP behave unlike on a server.
func bootstrapDefault(path string) error {
	file := filepath.Join(path, "metadata", "default.sql")
	if _, err := os.Stat(file); err == nil {
		return nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("looking for the default database: %w", err)
	}
	sql := fmt.Sprintf("ATTACH DATABASE _ UUID '%s'\nENGINE = Atomic\n", uuid.NewString())
	if err := renameio.WriteFile(file, []byte(sql), 0o640); err != nil {
		return fmt.Errorf("defining the default database: %w", err)
	}
	return nil
}

// configXML renders the configuration. Every process gets its own
// sessions_path: the library gives all processes the server UUID 0, and
// processes that share it end one another's Keeper sessions.
func configXML(cfg Config, users string) ([]byte, error) {
	c := xmlConfig{Database: "default", Logger: xmlLogger{Level: "none"}, UsersConfig: users}
	if cfg.Keeper != "" {
		host, port, err := net.SplitHostPort(cfg.Keeper)
		if err != nil || host == "" || port == "" {
			return nil, fmt.Errorf("the keeper address %q is not host:port", cfg.Keeper)
		}
		c.KeeperMapPrefix = keeperMapPrefix
		c.ZooKeeper = &xmlZooKeeper{
			Node:         xmlNode{Host: host, Port: port},
			SessionsPath: "/clickhouse/sessions/" + uuid.NewString(),
		}
	}
	body, err := xml.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("rendering the engine's configuration: %w", err)
	}
	return append(body, '\n'), nil
}

// mergeExtra places the user's file where the engine merges it from, or
// removes the one of an earlier start.
func mergeExtra(extra, dir string) error {
	target := filepath.Join(dir, "extra.xml")
	if extra == "" {
		if err := os.Remove(target); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("removing an earlier extra configuration: %w", err)
		}
		return nil
	}
	body, err := os.ReadFile(extra)
	if err != nil {
		return fmt.Errorf("reading the extra configuration: %w", err)
	}
	var root struct{ XMLName xml.Name }
	if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&root); err != nil {
		return fmt.Errorf("the extra configuration %q is not XML: %w", extra, err)
	}
	if root.XMLName.Local != "clickhouse" {
		return fmt.Errorf("the extra configuration %q must have the root element <clickhouse>, not <%s>", extra, root.XMLName.Local)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("making the directory of the extra configuration: %w", err)
	}
	if err := renameio.WriteFile(target, body, 0o600); err != nil {
		return fmt.Errorf("writing the extra configuration: %w", err)
	}
	return nil
}
