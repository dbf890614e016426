/** JMH benchmarks of the kernels every frame goes through and of the two kernel families. */
package org.flatgaze.tests.bench;
