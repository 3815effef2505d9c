package forgetest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

// The fake as a server of its own, here on any free port.
func ExampleNewServer() {
	fake, err := forgetest.NewServer(forgetest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	server := &http.Server{Handler: fake}
	go server.Serve(listener) //nolint:errcheck // ends with Close
	defer server.Close()

	number := fake.AddPull(forgetest.Pull{})
	client, err := forge.New(forge.Options{
		Token: forgetest.DefaultToken, APIURL: "http://" + listener.Addr().String() + "/api/v3", Repo: forge.Repo{Owner: "acme", Name: "shop"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	comment, err := client.CreateComment(context.Background(), number, "hello")
	fmt.Println(comment.Author, comment.Body, err)
	// Output: github-actions[bot] hello <nil>
}
