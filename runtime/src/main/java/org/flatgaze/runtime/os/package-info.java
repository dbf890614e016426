/** What the operating system can do for short latencies: cores, locked memory, scheduling class, exact timers. */
package org.flatgaze.runtime.os;
