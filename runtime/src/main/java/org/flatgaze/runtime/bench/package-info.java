/** The bench: what the frame path reaches on this machine, and whether it is still what it was. */
package org.flatgaze.runtime.bench;
