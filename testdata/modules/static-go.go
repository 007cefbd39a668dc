// SPDX-License-Identifier: MIT
//
// A Go program: arguments, environment, goroutines, a garbage collection, a recovered panic.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

func recovered() (text string) {
	defer func() { text = fmt.Sprint("recovered: ", recover()) }()
	var none *struct{ field [8]int }
	return fmt.Sprint(none.field[1]) // a fault that the runtime's signal handler turns into a panic
}

func main() {
	fmt.Println("main:", len(os.Args), os.Args[len(os.Args)-1])
	fmt.Println("environment:", os.Getenv("STATIC_TEST"))
	var group sync.WaitGroup
	squares := make([]int, 8)
	for i := range squares {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			squares[i] = i * i
		}(i)
	}
	group.Wait()
	runtime.GC()
	fmt.Println(squares)
	fmt.Println(recovered())
	os.Exit(9)
}
