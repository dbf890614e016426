/** Threads of the process and what lies between them: rings, slots, deadlines, latencies. */
package org.flatgaze.runtime.loop;
