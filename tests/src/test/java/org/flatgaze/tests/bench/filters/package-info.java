/** Which reconstruction filter pays on the frame path: pairs made in many ways, judged on the same simulated frames. */
package org.flatgaze.tests.bench.filters;
