package embedded

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// usersXML gives the engine's one user, default, every right, as the user that
// migrates has on a server. Without it the engine grants none of those that
// control access, and Moose's introspection fails with 497 at
// SHOW ROW POLICIES.
const usersXML = `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password/>
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

// writeGrants writes the user's file and the configuration that names it into
// dir, and returns the path of the configuration, for --config-extra.
func writeGrants(dir string) (string, error) {
	users := filepath.Join(dir, "users.xml")
	var name bytes.Buffer
	if err := xml.EscapeText(&name, []byte(users)); err != nil {
		return "", fmt.Errorf("starting ClickHouse: %w", err)
	}
	extra := filepath.Join(dir, "grants.xml")
	for path, text := range map[string]string{
		users: usersXML,
		extra: "<clickhouse><users_config>" + name.String() + "</users_config></clickhouse>\n",
	} {
		if err := renameio.WriteFile(path, []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("starting ClickHouse: writing its users: %w", err)
		}
	}
	return extra, nil
}
