/** Raw frames: what they look like in memory, and where they come from. */
package org.flatgaze.flatcam;
