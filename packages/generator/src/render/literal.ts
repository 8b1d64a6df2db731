/**
 * JSON text that stays itself wherever generated code travels: it is also a JavaScript expression, plain ASCII, and free of the digraphs that
 * other tools substitute or end on (`##` and `@@`: auth0-deploy-cli; `${` and `%{`: Terraform heredocs; `{{`: templates; `</`: HTML).
 * All of them can occur in JSON inside a string alone, where an escape means the same.
 * @param indent as for JSON.stringify
 */
export function toLiteral(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent)
    .replace(/[\u007f-\uffff]/g, escapeCharacter)
    .replace(/(?<=#)#|(?<=@)@|(?<=[$%{]){|(?<=<)\//g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
