package hazards

import "github.com/moose-migrate/moose-migrate/pkg/inframap"

// workflow puts a workflow into a map.
func workflow(m *inframap.Map, name string, c inframap.WorkflowConfig) {
	c.Name = name
	m.Workflows[name] = &inframap.Workflow{Name: name, Path: name, Language: "Python", Config: c}
}

// config is a schedule with the retries and the timeout.
func config(schedule string, retries uint64, timeout string) inframap.WorkflowConfig {
	return inframap.WorkflowConfig{Schedule: schedule, Retries: retries, Timeout: timeout}
}

func goes(schedule string) func(b, a *inframap.Map) {
	return func(b, _ *inframap.Map) { workflow(b, "nightly", config(schedule, 3, "10m")) }
}

func changes(before, after inframap.WorkflowConfig) func(b, a *inframap.Map) {
	return func(b, a *inframap.Map) { workflow(b, "nightly", before); workflow(a, "nightly", after) }
}

func underAnotherName(b, a *inframap.Map) {
	workflow(b, "nightly", config("0 3 * * *", 3, "10m"))
	workflow(a, "every-night", config("0 3 * * *", 3, "10m"))
}

var wfPairs = []pair{
	{
		code: "WF901", name: "runs are under way", edit: goes("0 3 * * *"),
		outside: onTemporal(func(s *scheduler) {
			s.start("nightly", "0 3 * * *")
			s.start("nightly-0123456789abcdef", "")
			s.start("nightly-0123456789abcdee", "")
			s.start("nightly-other", "")
			s.start("other", "")
		}),
		want: []string{"block WF901 workflow nightly"}, text: "2 of its runs are under way; it no longer runs at 0 3 * * *",
	},
	{
		code: "WF901", name: "only the schedule waits", edit: goes("0 3 * * *"),
		outside: onTemporal(func(s *scheduler) { s.start("nightly", "0 3 * * *") }),
		want:    []string{"warn WF901 workflow nightly"}, text: "none of its runs is under way",
	},
	{
		code: "WF901", name: "Temporal cannot be asked", edit: goes(""),
		want: []string{"block WF901 workflow nightly"}, text: "is not known: Temporal was not asked",
	},
	{code: "WF901", name: "a workflow comes", edit: func(_, a *inframap.Map) { workflow(a, "nightly", config("", 3, "10m")) }},

	{
		code: "WF902", name: "a workflow gets another name", edit: underAnotherName,
		outside: onTemporal(func(s *scheduler) { s.start("nightly", "") }),
		want:    []string{"block WF902 workflow nightly"}, text: "looks as if it is called every-night from now on",
	},
	{
		code: "WF902", name: "a workflow without runs gets another name", edit: underAnotherName,
		outside: onTemporal(func(*scheduler) {}),
		want:    []string{"warn WF902 workflow nightly"}, text: "none of its runs is under way",
	},
	{
		code: "WF902", name: "Temporal cannot be asked", edit: underAnotherName,
		want: []string{"block WF902 workflow nightly"}, text: "is not known",
	},
	{
		code: "WF902", name: "another workflow comes",
		edit: func(b, a *inframap.Map) {
			workflow(b, "nightly", config("0 3 * * *", 3, "10m"))
			workflow(a, "hourly", config("1h", 3, "10m"))
		},
		want: []string{"block WF901 workflow nightly"},
	},

	{
		code: "WF903", name: "another time", edit: changes(config("0 3 * * *", 3, "10m"), config("0 4 * * *", 3, "10m")),
		want: []string{"warn WF903 workflow nightly"}, text: "runs at 0 4 * * * instead of 0 3 * * *",
	},
	{
		code: "WF903", name: "the schedule ends", edit: changes(config("0 3 * * *", 3, "10m"), config("", 3, "10m")),
		want: []string{"warn WF903 workflow nightly"}, text: "no longer has a schedule (before: 0 3 * * *)",
	},
	{code: "WF903", name: "the same times in other words", edit: changes(config("5m", 3, "10m"), config("0-59/5 * * * *", 3, "10m"))},
	{code: "WF903", name: "a workflow gets a schedule", edit: changes(config("", 3, "10m"), config("5m", 3, "10m"))},

	{
		code: "WF905", name: "less time and fewer tries", edit: changes(config("", 3, "10m"), config("", 1, "5m")),
		want: []string{"warn WF905 workflow nightly"}, text: "a run may take 5m instead of 10m, and it is tried once instead of 3 times",
	},
	{
		code: "WF905", name: "less than without a limit", edit: changes(config("", 0, "never"), config("", 3, "1h")),
		want: []string{"warn WF905 workflow nightly"}, text: "it is tried 3 times instead of without end",
	},
	{code: "WF905", name: "more time and more tries", edit: changes(config("", 3, "10m"), config("", 5, "1h"))},
}
