/** JMH benchmarks of the kernel families; {@code BenchmarksTest} starts them when asked. */
package org.flatgaze.tests.bench;
