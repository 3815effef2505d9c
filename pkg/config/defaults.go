package config

// defaultRedisURL is the URL that counts as "not configured".
const defaultRedisURL = "redis://127.0.0.1:6379"

const defaultRedisHostname, defaultRedisPort = "127.0.0.1", 6379

// Defaults returns what Moose takes for every key that is not given. Language
// has no default.
func Defaults() Settings {
	return Settings{
		SourceDir: "app",
		Redpanda:  Redpanda{Broker: "localhost:19092", MessageTimeoutMS: 1000, RetentionMS: 30000, ReplicationFactor: 1},
		ClickHouse: ClickHouse{
			DBName: "local", User: "panda", Password: NewSecret("pandapass"),
			Host: "localhost", HostPort: 18123, NativePort: 9000,
		},
		HTTPServer: HTTPServer{
			Host: "localhost", Port: 4000, ManagementPort: 5001, ProxyPort: 4001,
			MaxRequestBodySize: 10 << 20,
		},
		Redis: Redis{
			URL: NewSecret(defaultRedisURL), KeyPrefix: "MS", LastKeyPrefix: "MS",
			Hostname: defaultRedisHostname, Port: defaultRedisPort,
		},
		Git: Git{MainBranchName: "main"},
		Temporal: Temporal{
			DBUser: "temporal", DBPassword: NewSecret("temporal"), DBPort: 5432, Namespace: "default",
			Host: "localhost", Port: 7233, Version: "1.27", Region: "us-west1",
			AdminToolsVersion: "1.27", UIVersion: "2.37.0", UIPort: 8080,
			UICORSOrigins:     "http://localhost:3000",
			ConfigPath:        "config/dynamicconfig/development-sql.yaml",
			PostgreSQLVersion: "13",
		},
		State:      State{Storage: StorageRedis},
		Features:   Features{StreamingEngine: true, OLAP: true, APIs: true},
		TypeScript: TypeScriptConfig{PackageManager: NPM},
		Docker:     Docker{DockerfilePath: "./Dockerfile"},
	}
}

// complete fills the defaults that depend on other keys.
func (s *Settings) complete() {
	r := s.Dev.RemoteClickHouse
	if r == nil {
		return
	}
	if r.Protocol == "" {
		r.Protocol = "http"
	}
	if r.UseSSL == nil {
		r.UseSSL = new(true)
	}
	if r.Port == nil {
		r.Port = new(uint16(8123))
		if *r.UseSSL {
			*r.Port = 8443
		}
	}
}
