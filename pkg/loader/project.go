package loader

import "github.com/moose-migrate/moose-migrate/pkg/config"

// FromConfig is the loader's view of a project's configuration.
func FromConfig(p *config.Project) Project {
	return Project{
		Root:            p.Dir,
		Language:        string(p.Language),
		SourceDir:       p.SourceDir,
		DefaultDatabase: p.ClickHouse.DBName,
		ManagementPort:  int(p.HTTPServer.ManagementPort),
	}
}
