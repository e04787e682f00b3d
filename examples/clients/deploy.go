// Deploys a target by Temporal alone: no files, no Node.js, no Pawl. go get go.temporal.io/sdk; TARGET=orders go run deploy.go
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"go.temporal.io/sdk/client"
)

func main() {
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS")})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	target := os.Getenv("TARGET")
	options := client.StartWorkflowOptions{ID: "nightly-" + target, TaskQueue: "pawl"}
	run, err := c.ExecuteWorkflow(context.Background(), options, "pawl.deploy", map[string]string{"target": target, "by": "go"})
	if err != nil {
		log.Fatal(err)
	}
	var result struct {
		Outcome string
		Applied int
	}
	if err := run.Get(context.Background(), &result); err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Outcome, result.Applied)
}
