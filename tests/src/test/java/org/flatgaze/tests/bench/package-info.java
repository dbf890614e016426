/** JMH benchmarks of the kernels every frame goes through. */
package org.flatgaze.tests.bench;
