package config

// Settings is the content of moose.config.toml. The fields have the names,
// meaning and defaults of Moose's project configuration (framework-cli,
// project.rs); an absent optional text is "".
type Settings struct {
	Language       Language         `toml:"language"`   // required
	SourceDir      string           `toml:"source_dir"` // folder of the user's code, default "app"
	LoadInfra      *bool            `toml:"load_infra"` // nil means true
	OldVersions    Versions         `toml:"supported_old_versions"`
	Redpanda       Redpanda         `toml:"redpanda_config"` // also accepted as kafka_config
	ClickHouse     ClickHouse       `toml:"clickhouse_config"`
	HTTPServer     HTTPServer       `toml:"http_server_config"`
	Redis          Redis            `toml:"redis_config"`
	Git            Git              `toml:"git_config"`
	Temporal       Temporal         `toml:"temporal_config"`
	State          State            `toml:"state_config"`
	Migration      Migration        `toml:"migration_config"`
	JWT            *JWT             `toml:"jwt"` // nil when absent
	Authentication Authentication   `toml:"authentication"`
	Features       Features         `toml:"features"`
	TypeScript     TypeScriptConfig `toml:"typescript_config"`
	Docker         Docker           `toml:"docker_config"`
	Watcher        Watcher          `toml:"watcher_config"`
	Dev            Dev              `toml:"dev"`
}

// Versions maps an old version of the project to where its code is.
type Versions map[string]string

// Redpanda is [redpanda_config], the Kafka API that carries the topics.
type Redpanda struct {
	Broker            string `toml:"broker"` // host:port, several separated by commas
	MessageTimeoutMS  int    `toml:"message_timeout_ms"`
	RetentionMS       int64  `toml:"retention_ms"`
	ReplicationFactor int    `toml:"replication_factor"`
	SASLUsername      string `toml:"sasl_username"`
	SASLPassword      Secret `toml:"sasl_password"`
	SASLMechanism     string `toml:"sasl_mechanism"`
	SecurityProtocol  string `toml:"security_protocol"`
	Namespace         string `toml:"namespace"`           // prefix of all topic names
	SchemaRegistryURL Secret `toml:"schema_registry_url"` // may carry a password
}

// ClickHouse is [clickhouse_config].
type ClickHouse struct {
	DBName              string    `toml:"db_name"`
	User                string    `toml:"user"`
	Password            Secret    `toml:"password"`
	UseSSL              bool      `toml:"use_ssl"`
	Host                string    `toml:"host"`
	HostPort            uint16    `toml:"host_port"`   // HTTP interface
	NativePort          uint16    `toml:"native_port"` // native protocol
	HostDataPath        string    `toml:"host_data_path"`
	AdditionalDatabases []string  `toml:"additional_databases"`
	Clusters            []Cluster `toml:"clusters"`
}

// Cluster is one [[clickhouse_config.clusters]] entry.
type Cluster struct {
	Name string `toml:"name"`
}

// HTTPServer is [http_server_config], Moose's own server.
type HTTPServer struct {
	Host                   string `toml:"host"`
	Port                   uint16 `toml:"port"`
	ManagementPort         uint16 `toml:"management_port"`
	ProxyPort              uint16 `toml:"proxy_port"`
	PathPrefix             string `toml:"path_prefix"`
	MaxRequestBodySize     int64  `toml:"max_request_body_size"` // bytes
	OnReloadCompleteScript string `toml:"on_reload_complete_script"`
	OnFirstStartScript     string `toml:"on_first_start_script"`
	APIWorkers             *int   `toml:"api_workers"`
}

// Redis is [redis_config]. See [Project.RedisURL] for which of URL and the
// separate fields counts.
type Redis struct {
	URL           Secret `toml:"url"`
	KeyPrefix     string `toml:"key_prefix"`      // of the keys written
	LastKeyPrefix string `toml:"last_key_prefix"` // of the keys of the previous deployment
	Hostname      string `toml:"hostname"`
	Port          uint16 `toml:"port"`
	TLS           bool   `toml:"tls"`
}

// Git is [git_config].
type Git struct {
	MainBranchName string `toml:"main_branch_name"`
}

// Temporal is [temporal_config], the workflow service and its local parts.
type Temporal struct {
	DBUser            string `toml:"db_user"`
	DBPassword        Secret `toml:"db_password"`
	DBPort            uint16 `toml:"db_port"`
	Namespace         string `toml:"namespace"`
	Host              string `toml:"temporal_host"`
	Port              uint16 `toml:"temporal_port"`
	Scheme            string `toml:"temporal_scheme"`
	Version           string `toml:"temporal_version"`
	Region            string `toml:"temporal_region"`
	AdminToolsVersion string `toml:"admin_tools_version"`
	UIVersion         string `toml:"ui_version"`
	UIPort            uint16 `toml:"ui_port"`
	UICORSOrigins     string `toml:"ui_cors_origins"`
	ConfigPath        string `toml:"config_path"`
	PostgreSQLVersion string `toml:"postgresql_version"`
	ClientCert        string `toml:"client_cert"` // path
	ClientKey         string `toml:"client_key"`  // path
	CACert            string `toml:"ca_cert"`     // path
	APIKey            Secret `toml:"api_key"`
}

// State is [state_config].
type State struct {
	Storage Storage `toml:"storage"`
}

// Migration is [migration_config].
type Migration struct {
	IgnoreOperations []IgnoreOperation `toml:"ignore_operations"`
}

// JWT is [jwt], how the project's APIs check their callers.
type JWT struct {
	EnforceOnAllConsumptionAPIs bool   `toml:"enforce_on_all_consumptions_apis"`
	EnforceOnAllIngestAPIs      bool   `toml:"enforce_on_all_ingest_apis"`
	Secret                      Secret `toml:"secret"`
	Issuer                      string `toml:"issuer"`
	Audience                    string `toml:"audience"`
}

// Authentication is [authentication].
type Authentication struct {
	// AdminAPIKey is the hash that package authtoken makes.
	AdminAPIKey Secret `toml:"admin_api_key"`
}

// Features is [features].
type Features struct {
	StreamingEngine bool `toml:"streaming_engine"`
	Workflows       bool `toml:"workflows"`
	OLAP            bool `toml:"olap"`
	DDLPlan         bool `toml:"ddl_plan"`
	// MigrateWithDeltas selects Moose's other flow: one file of deltas for each change.
	MigrateWithDeltas bool `toml:"migrate_with_deltas"`
	APIs              bool `toml:"apis"`
}

// TypeScriptConfig is [typescript_config].
type TypeScriptConfig struct {
	PackageManager PackageManager `toml:"package_manager"`
}

// Docker is [docker_config].
type Docker struct {
	CustomDockerfile bool   `toml:"custom_dockerfile"`
	DockerfilePath   string `toml:"dockerfile_path"`
}

// Watcher is [watcher_config].
type Watcher struct {
	IgnorePatterns []string `toml:"ignore_patterns"`
}

// Dev is [dev], used by the development server only.
type Dev struct {
	ExternallyManaged ExternallyManaged `toml:"externally_managed"`
	RemoteClickHouse  *RemoteClickHouse `toml:"remote_clickhouse"` // nil when absent
}

// ExternallyManaged is [dev.externally_managed].
type ExternallyManaged struct {
	Tables ExternalTables `toml:"tables"`
}

// ExternalTables is [dev.externally_managed.tables].
type ExternalTables struct {
	CreateLocalMirrors bool  `toml:"create_local_mirrors"`
	SampleSize         int64 `toml:"sample_size"` // rows
	RefreshOnStartup   bool  `toml:"refresh_on_startup"`
}

// RemoteClickHouse is [dev.remote_clickhouse]: where local mirrors are filled
// from. Its credentials are not in the file.
type RemoteClickHouse struct {
	Protocol string  `toml:"protocol"`
	Host     string  `toml:"host"`
	Port     *uint16 `toml:"port"` // 8443 with TLS, else 8123; set after loading
	Database string  `toml:"database"`
	UseSSL   *bool   `toml:"use_ssl"` // set after loading, default true
}
